"""Pages: what every module's views stand on. Knows Flask; knows neither the store nor any module.

    module      Module, Subscription, NavigationItem: what a module offers to the house
    routing     blueprint, get, post: policy, unit of work and errors for each route
    server      how the application meets its server: one request at a time
    identity    who is asking: Identity, me(), the role policies
    forms       read_form: fields into a frozen dataclass, problems for everything else
    pages       render, redirect, markdown and the template filters
    templating  the template environment, and languages as pages speak them
    assets      static files under a hashed address, kept for ever
    errors      the one table from error kinds to HTTP, as HTML or JSON
    csrf        forms that another site cannot send
    security    headers, Content-Security-Policy, hosts, cookies
    rich        Markdown to safe HTML (the only importer of `markdown` and `nh3`)

Views import this package's names through `lms.base.web.api`.
"""
