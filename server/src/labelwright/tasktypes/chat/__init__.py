"""Conversations, and stages of other types (wire/task-types-chat)."""

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.chat.conversation import Conversation
from labelwright.tasktypes.chat.multistage import MultiStage
from labelwright.tasktypes.chat.params import ChatLiteParams, ChatParams, MultiChatParams

TASK_TYPES: tuple[TaskType, ...] = (
    Conversation("chat", ChatParams),
    Conversation("chatexperimental", ChatParams),
    Conversation("chatlite", ChatLiteParams),
    Conversation("multichat", MultiChatParams),
    MultiStage(),
)
