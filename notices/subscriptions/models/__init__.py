"""Models of the subscriptions app."""

from notices.subscriptions.models.announcements import Announcement, NewsKind
from notices.subscriptions.models.keys import KeyPurpose, SubscriberKey
from notices.subscriptions.models.subscriptions import Subscription, Topic

__all__ = ["Announcement", "KeyPurpose", "NewsKind", "SubscriberKey", "Subscription", "Topic"]
