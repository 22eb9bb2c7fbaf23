"""AWS Certificate Manager: certificates for listeners, imported or made here."""

from homeport.api.acm import certificates, listing, requests, tags

MODULES = (certificates, listing, requests, tags)
