"""What a queryset excludes never shows, even when an engine beside the database, or in it, is behind."""

from wagtail.models import Page


def test_an_unpublished_page_does_not_show_even_when_the_index_is_behind(corpus: dict[str, Page]) -> None:
    page = corpus["煤矸石"]
    Page.objects.filter(pk=page.pk).update(live=False)
    assert list(Page.objects.live().search("煤矸石")) == []
    assert Page.objects.live().search("煤矸石").count() == 0
    assert Page.objects.all().search("煤矸石").count() == 1


def test_pages_of_results_are_full_and_disjoint_when_the_index_is_behind(corpus: dict[str, Page]) -> None:
    Page.objects.filter(pk=corpus["选矿"].pk).update(live=False)
    found = Page.objects.live().search("尾矿")
    assert {found[0].pk, found[1].pk} == {corpus["繁体"].pk, corpus["标点"].pk}
    assert len(found[:2]) == 2
    assert len(found[2:4]) == 0


def test_the_first_ten_hits_cost_one_query(
    corpus: dict[str, Page], django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(Page.objects.all().search("尾矿")[:10]) == 3
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert Page.objects.all().search("尾矿").count() == 3
