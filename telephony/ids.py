"""Identifiers, each its own type so that mypy refuses to mix them up."""

from typing import NewType

CallId = NewType("CallId", str)
"""One caller's visit, from arrival to hang-up: the Linkedid of the caller's channel."""

AgentNumber = NewType("AgentNumber", str)
"""工号: the agent's number, which is also the name of the agent's phone (its PJSIP endpoint)."""

QueueId = NewType("QueueId", str)
"""A queue's key in `agents.yaml`."""

CallbackId = NewType("CallbackId", str)
"""A call-back asked for; the calls to the customer are `CallId`s that begin with it."""

NodeId = NewType("NodeId", str)
"""A node of the menu tree: its keys joined by dots from the root, as in `repayment.early`; the root is `main`."""

Topic = NewType("Topic", str)
"""What a caller wants to talk about, dotted from general to special: a skill for `repayment` covers
`repayment.early` unless the agent names a level for the latter too."""
