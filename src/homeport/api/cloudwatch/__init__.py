"""Amazon CloudWatch, as far as canary controllers and dashboards ask about load balancers: numbers are read, none are put."""

from homeport.api.cloudwatch import metric_data, metric_list, metric_statistics

MODULES = (metric_data, metric_list, metric_statistics)
