"""The target of WAGTAIL_FINISH_WORKFLOW_ACTION.

Wagtail imports it while its own models are loading, so this module must import no models: it hands on by a signal.
"""

from __future__ import annotations

from typing import Any

from notices.signals import workflow_finished


def finish_workflow(workflow_state: Any, user: Any = None) -> None:
    """Tell the notices app that a workflow has ended well; a refusal raised there stops the workflow."""
    workflow_finished.send(type(workflow_state), workflow_state=workflow_state, user=user)
