"""All addresses of the portal."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access

from notices import urls as notice_urls
from notices.feeds import notice_feed
from notices.invitation_views import SetPasswordView
from notices.posting_upload_views import posting_upload
from portal import health_views, language, views
from portal.signin.account import OwnAccountView
from portal.signin.password_reset import ThrottledResetView
from portal.sitemaps import sitemap_index, sitemap_section
from portal.type_size import choose_type_size
from search import urls as search_urls

urlpatterns = [
    path("healthz", health_views.healthz, name="healthz"),
    path("readyz", health_views.readyz, name="readyz"),
    path("admin/signin/", include("portal.signin.urls")),
    # Before Wagtail's own pages of these names.
    path("admin/account/", require_admin_access(OwnAccountView.as_view()), name="wagtailadmin_account"),
    path("admin/password_reset/", ThrottledResetView.as_view(), name="wagtailadmin_password_reset"),
    path("admin/", include(wagtailadmin_urls)),
    # Only staff sign in, and through one door.
    path(
        "_util/login/",
        RedirectView.as_view(pattern_name="wagtailadmin_login", query_string=True),
        name="wagtailcore_login",
    ),
    path("n/", include(notice_urls)),
    path("county/", include("notices.county_urls")),
    path("feed.atom", notice_feed, name="notice_feed"),
    path("ledger/", include("notices.ledger_urls")),
    path("invitation/<uidb64>/<token>/", SetPasswordView.as_view(), name="invitation"),
    path("p/<str:token>/", posting_upload, name="posting_upload"),
    path("", include(search_urls)),
    path("find/", views.find_by_code, name="find_by_code"),
    path("language/", language.choose_language, name="choose_language"),
    path("sitemap/", views.site_map, name="site_map"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("type/", choose_type_size, name="choose_type_size"),
    path("sitemap.xml", sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", sitemap_section, name="sitemap_section"),
    path("", include("notices.opinions.urls")),
    path("", include("notices.subscriptions.urls")),
    path("", include("notices.archive.urls")),
    path("", include(wagtail_urls)),
]

handler500 = "portal.views.server_error"
