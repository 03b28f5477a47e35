"""REST: the table of operations, parameters, problems, access, conditional requests, the OpenAPI document."""
