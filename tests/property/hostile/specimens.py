"""One request or several for most operations, as somebody careful would send them. A text that begins with @ stands for
something that there is (`@loadbalancer`), or for a word out of `words.POOLS`; one with = for a number.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.conformance.ec2.words import SUBNETS, VPC
from tests.property.hostile import discovering, identities
from tests.property.hostile.networks import EC2

FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "MessageBody": "@evil"}}
REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "@host",
        "Path": "@path",
        "Query": "@evil",
        "StatusCode": "HTTP_301",
    },
}
PLAIN = {"Type": "forward", "TargetGroupArn": "@targetgroup"}
WEIGHED = {
    "Type": "forward",
    "ForwardConfig": {
        "TargetGroups": [
            {"TargetGroupArn": "@targetgroup", "Weight": "=weight"},
            {"TargetGroupArn": "@targetgroup", "Weight": "=weight"},
        ],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": "=seconds"},
    },
}
ACTIONS: Sequence[Any] = (FIXED, REDIRECT, PLAIN, WEIGHED)
CONDITIONS: Sequence[Any] = (
    {"Field": "path-pattern", "Values": ["@path"]},
    {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["@regex"]}},
    {"Field": "host-header", "HostHeaderConfig": {"Values": ["@host", "@host"]}},
    {"Field": "host-header", "RegexValues": ["@regex"]},
    {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "@header", "Values": ["@evil"]}},
    {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "@header", "RegexValues": ["@regex"]}},
    {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "@evil", "Value": "@path"}]}},
    {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "_-_"]}},
    {"Field": "source-ip", "SourceIpConfig": {"Values": ["@cidr", "@cidr"]}},
)
ATTRIBUTES = {"Attributes": ["@pair"]}
TAGS = {"Tags": [{"Key": "@evil", "Value": "@evil"}]}
CONTAINER = {
    "name": "app",
    "image": "busybox:local",
    "cpu": 10,
    "memory": 16,
    "portMappings": [{"containerPort": 8080, "hostPort": 0}],
}
OF_SERVICE = {"cluster": "default", "service": "web"}
FAR = {
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [
        {**CONTAINER, "portMappings": [{"containerPort": 8080}], "stopTimeout": "=seconds"}
    ],
    "ephemeralStorage": {"sizeInGiB": "=number"},
}
"""A definition that FARGATE may take."""
NETWORK = {
    "networkConfiguration": {
        "awsvpcConfiguration": {
            "subnets": ["@subnet"],
            "securityGroups": ["@sg"],
            "assignPublicIp": "ENABLED",
        }
    }
}
STRATEGY = [
    {"capacityProvider": "FARGATE", "weight": "=weight", "base": "=small"},
    {"capacityProvider": "FARGATE_SPOT", "weight": "=weight"},
]
METRIC = {
    "Namespace": "AWS/ApplicationELB",
    "MetricName": "@metric",
    "Dimensions": [{"Name": "LoadBalancer", "Value": "@dimension"}],
}
TIMES = {"StartTime": "=start", "EndTime": "=end"}

ELBV2: Mapping[str, Sequence[Any]] = {
    "AddListenerCertificates": [
        {"ListenerArn": "@listener", "Certificates": [{"CertificateArn": "@certificate"}]}
    ],
    "AddTags": [{"ResourceArns": ["@any"], **TAGS}],
    "CreateListener": [
        {
            "LoadBalancerArn": "@loadbalancer",
            "Protocol": "HTTP",
            "Port": "=port",
            "DefaultActions": ["@action"],
        },
        {"LoadBalancerArn": "@loadbalancer", "Protocol": "TCP", "Port": "=port", "DefaultActions": [PLAIN]},
        {"LoadBalancerArn": "@loadbalancer", "Protocol": "UDP", "Port": "=port", "DefaultActions": [WEIGHED]},
        {
            "LoadBalancerArn": "@loadbalancer",
            "Protocol": "HTTPS",
            "Port": "=port",
            "Certificates": [{"CertificateArn": "@certificate"}],
            "DefaultActions": ["@action"],
        },
        {
            "LoadBalancerArn": "@loadbalancer",
            "Protocol": "TLS",
            "Port": "=port",
            "AlpnPolicy": ["HTTP2Preferred"],
            "Certificates": [{"CertificateArn": "@certificate"}],
            "DefaultActions": [PLAIN],
        },
    ],
    "CreateLoadBalancer": [
        {"Name": "@name", "Subnets": SUBNETS[:2]},
        {"Name": "@name", "Type": "network", "SubnetMappings": [{"SubnetId": SUBNETS[0]}]},
    ],
    "CreateRule": [
        {
            "ListenerArn": "@listener",
            "Priority": "=priority",
            "Conditions": ["@condition"],
            "Actions": ["@action"],
        },
        {
            "ListenerArn": "@listener",
            "Priority": "=priority",
            "Conditions": ["@condition", "@condition"],
            "Actions": ["@action"],
        },
    ],
    "CreateTargetGroup": [
        {
            "Name": "@name",
            "Protocol": protocol,
            "Port": "=port",
            "VpcId": VPC,
            "TargetType": kind,
            "HealthCheckPort": "@port",
        }
        for protocol in ("HTTP", "HTTPS", "TCP", "UDP", "TLS", "TCP_UDP")
        for kind in ("instance", "ip")
    ],
    "DeregisterTargets": [
        {"TargetGroupArn": "@targetgroup", "Targets": [{"Id": "@target", "Port": "=port"}]}
    ],
    "DescribeTargetHealth": [
        {"TargetGroupArn": "@targetgroup", "Targets": [{"Id": "@target", "Port": "=port"}]}
    ],
    "ModifyListener": [
        {"ListenerArn": "@listener", "DefaultActions": ["@action"]},
        {"ListenerArn": "@listener", "Port": "=port", "Protocol": "HTTP"},
        {
            "ListenerArn": "@listener",
            "Protocol": "HTTPS",
            "Certificates": [{"CertificateArn": "@certificate"}],
        },
    ],
    "ModifyListenerAttributes": [{"ListenerArn": "@listener", **ATTRIBUTES}],
    "ModifyLoadBalancerAttributes": [
        {"LoadBalancerArn": "@loadbalancer", **ATTRIBUTES},
        {
            "LoadBalancerArn": "@loadbalancer",
            "Attributes": [
                {"Key": "access_logs.s3.enabled", "Value": "true"},
                {"Key": "access_logs.s3.bucket", "Value": "@value"},
                {"Key": "access_logs.s3.prefix", "Value": "@value"},
            ],
        },
    ],
    "ModifyRule": [
        {"RuleArn": "@listener-rule", "Conditions": ["@condition", "@condition"]},
        {"RuleArn": "@listener-rule", "Actions": ["@action"]},
    ],
    "ModifyTargetGroup": [
        {
            "TargetGroupArn": "@targetgroup",
            "HealthCheckPath": "@path",
            "HealthCheckPort": "@port",
            "HealthCheckIntervalSeconds": "=number",
            "HealthCheckTimeoutSeconds": "=number",
            "Matcher": {"HttpCode": "@codes"},
        },
        {"TargetGroupArn": "@targetgroup", "HealthCheckProtocol": "TCP"},
    ],
    "ModifyTargetGroupAttributes": [
        {"TargetGroupArn": "@targetgroup", **ATTRIBUTES},
        {
            "TargetGroupArn": "@targetgroup",
            "Attributes": [
                {"Key": "stickiness.enabled", "Value": "true"},
                {"Key": "stickiness.type", "Value": "app_cookie"},
                {"Key": "stickiness.app_cookie.cookie_name", "Value": "@evil"},
            ],
        },
    ],
    "RegisterTargets": [
        {"TargetGroupArn": "@targetgroup", "Targets": [{"Id": "@target", "Port": "=port"}]},
        {"TargetGroupArn": "@targetgroup", "Targets": [{"Id": "@target"}, {"Id": "@address"}]},
    ],
    "SetRulePriorities": [
        {
            "RulePriorities": [
                {"RuleArn": "@listener-rule", "Priority": "=priority"},
                {"RuleArn": "@listener-rule", "Priority": "=priority"},
            ]
        }
    ],
    "SetSubnets": [{"LoadBalancerArn": "@loadbalancer", "Subnets": SUBNETS}],
}
ACM: Mapping[str, Sequence[Any]] = {
    "AddTagsToCertificate": [{"CertificateArn": "@certificate", **TAGS}],
    "RequestCertificate": [
        {"DomainName": "@domain"},
        {"DomainName": "a.example", "SubjectAlternativeNames": ["@domain", "@domain"]},
    ],
}
CLOUDWATCH: Mapping[str, Sequence[Any]] = {
    "GetMetricData": [
        {
            **TIMES,
            "MetricDataQueries": [
                {"Id": "m1", "MetricStat": {"Metric": METRIC, "Period": "=period", "Stat": "@statistic"}},
                {"Id": "m2", "MetricStat": {"Metric": METRIC, "Period": "=period", "Stat": "Sum"}},
                {"Id": "e1", "Expression": "@expression"},
                {"Id": "e2", "Expression": "@expression"},
            ],
        }
    ],
    "GetMetricStatistics": [
        {**METRIC, **TIMES, "Period": "=period", "Statistics": ["Sum"]},
        {**METRIC, **TIMES, "Period": "=period", "ExtendedStatistics": ["@statistic"]},
    ],
    "ListMetrics": [METRIC],
}
ECS: Mapping[str, Sequence[Any]] = {
    "CreateService": [
        {
            "serviceName": "@name",
            "desiredCount": "=number",
            "deploymentController": {"type": "EXTERNAL"},
            "placementConstraints": [{"type": "memberOf", "expression": "@placement"}],
        }
    ],
    "CreateTaskSet": [
        {
            **OF_SERVICE,
            "taskDefinition": "@task-definition",
            "scale": {"value": "=percent", "unit": "PERCENT"},
            "loadBalancers": [
                {"targetGroupArn": "@targetgroup", "containerName": "app", "containerPort": 8080}
            ],
        },
        {
            **OF_SERVICE,
            **NETWORK,
            "taskDefinition": "far",
            "launchType": "FARGATE",
            "platformVersion": "1.4.0",
            "scale": {"value": "=percent", "unit": "PERCENT"},
        },
        {
            **OF_SERVICE,
            **NETWORK,
            "taskDefinition": "far",
            "capacityProviderStrategy": STRATEGY,
            "serviceRegistries": [{"registryArn": "@service", "port": "=number"}],
        },
    ],
    "DeleteTaskSet": [{**OF_SERVICE, "taskSet": "@task-set", "force": True}],
    "DescribeTaskSets": [{**OF_SERVICE, "taskSets": ["@task-set"], "include": ["TAGS"]}],
    "DescribeTasks": [{"tasks": ["@task"]}],
    "PutAccountSetting": [{"name": "serviceLongArnFormat", "value": "@value"}],
    "PutClusterCapacityProviders": [
        {
            "cluster": "default",
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": STRATEGY,
        }
    ],
    "RegisterTaskDefinition": [
        {"family": "@name", "containerDefinitions": [CONTAINER]},
        {"family": "@name", "taskRoleArn": "@evil", **FAR},
    ],
    "RunTask": [
        {"taskDefinition": "@task-definition", "count": 1},
        {
            **NETWORK,
            "taskDefinition": "far",
            "launchType": "FARGATE",
            "overrides": {
                "cpu": "@evil",
                "taskRoleArn": "@evil",
                "ephemeralStorage": {"sizeInGiB": "=number"},
            },
        },
        {**NETWORK, "taskDefinition": "far", "count": "=small", "capacityProviderStrategy": STRATEGY},
    ],
    "StopTask": [{"task": "@task"}],
    "TagResource": [{"resourceArn": "@any", "tags": [{"key": "@evil", "value": "@evil"}]}],
    "UpdateService": [{**OF_SERVICE, "desiredCount": "=small", "healthCheckGracePeriodSeconds": "=number"}],
    "UpdateServicePrimaryTaskSet": [{**OF_SERVICE, "primaryTaskSet": "@task-set"}],
    "UpdateTaskSet": [
        {**OF_SERVICE, "taskSet": "@task-set", "scale": {"value": "=percent", "unit": "PERCENT"}}
    ],
}
SPECIMENS: Mapping[str, Mapping[str, Sequence[Any]]] = {
    "acm": ACM,
    "cloudwatch": CLOUDWATCH,
    "ec2": EC2,
    "ecs": ECS,
    "elbv2": ELBV2,
    "iam": identities.IAM,
    "servicediscovery": discovering.SPECIMENS,
    "sts": identities.STS,
}
