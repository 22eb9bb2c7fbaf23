"""Who may do what: each request's actions, resources and condition keys, and the answer of the policies.

Loaded with the first request of somebody who is not the account's administrator. How policies are evaluated is
`plan/policy`'s.
"""
