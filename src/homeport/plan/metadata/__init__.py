"""What the metadata endpoint answers about a task and its containers, as JSON: version 4, in AWS's words.

Evidence: Developer Guide, "Amazon ECS task metadata v4 JSON response" (for EC2 and for Fargate), and the responses of ECS's
agent. Version 3 is a part of it (`drivers/network/metadata/`); tags are in the task's document, and taken out where they
were not asked for. What changes by the second (stats, disk, clock) is looked up when it is asked for.
"""
