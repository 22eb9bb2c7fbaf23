"""STS: AssumeRole asks trust policies itself (`api/sts/roles.py`), and GetCallerIdentity needs no permission."""

from homeport.api.authorization.access import Table, nothing

TABLE: Table = {"AssumeRole": nothing, "GetCallerIdentity": nothing}
