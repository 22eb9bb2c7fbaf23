"""CloudWatch: reading metrics knows no resource."""

from homeport.api.authorization.access import Table, plain

TABLE: Table = {
    name: plain(f"cloudwatch:{name}") for name in ("GetMetricData", "GetMetricStatistics", "ListMetrics")
}
