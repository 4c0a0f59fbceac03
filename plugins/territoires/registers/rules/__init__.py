"""The rules of each register's tables, one module for each family of registers.

A module has ``RULES``, by table of schema core: the expectations of its frame; and may have ``beside``, which puts
facts that only another row tells beside the row that they concern. ``words`` has the kinds of rules.
"""
