"""The list of kinds: every record that the store can keep, by the name it is kept under."""

from homeport.model.certificate import Certificate
from homeport.model.cluster import Cluster
from homeport.model.dhcp_options import DhcpOptions
from homeport.model.elastic_ip import ElasticIp
from homeport.model.gateway import InternetGateway, NatGateway
from homeport.model.instance import Instance, Machine
from homeport.model.interface import Interface
from homeport.model.load_balancer import Listener, LoadBalancer, Rule
from homeport.model.namespace import DiscoveryInstance, DiscoveryOperation, DiscoveryService, Namespace
from homeport.model.network_acl import NetworkAcl
from homeport.model.record import Record
from homeport.model.role import InstanceProfile, ManagedPolicy, Role, RoleDeletion
from homeport.model.route_table import RouteTable
from homeport.model.security_group import GroupRule, PrefixList, SecurityGroup
from homeport.model.service import Service
from homeport.model.setting import Setting
from homeport.model.target_group import Target, TargetGroup
from homeport.model.task import Task
from homeport.model.task_definition import Family, TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.model.token import Token
from homeport.model.vpc import Home, Subnet, Vpc

KINDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (
        Certificate,
        Cluster,
        DhcpOptions,
        DiscoveryInstance,
        DiscoveryOperation,
        DiscoveryService,
        ElasticIp,
        Family,
        GroupRule,
        Home,
        Instance,
        InstanceProfile,
        Interface,
        InternetGateway,
        Listener,
        LoadBalancer,
        Machine,
        ManagedPolicy,
        Namespace,
        NatGateway,
        NetworkAcl,
        PrefixList,
        Role,
        RoleDeletion,
        RouteTable,
        Rule,
        SecurityGroup,
        Service,
        Setting,
        Subnet,
        Target,
        TargetGroup,
        Task,
        TaskDefinition,
        TaskSet,
        Token,
        Vpc,
    )
}
