using Microsoft.DurableTask;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class PageableTests
{
    [Fact]
    public async Task Values_come_from_all_pages_even_past_an_empty_one()
    {
        List<int> values = [];
        await foreach (int value in Numbers())
        {
            values.Add(value);
        }

        Assert.Equal([1, 2, 3], values);
    }

    [Fact]
    public async Task A_page_is_fetched_only_when_it_is_reached()
    {
        List<string?> fetched = [];
        await foreach (int value in Numbers(fetched))
        {
            if (value == 2)
            {
                break;
            }
        }

        Assert.Equal([null], fetched);
    }

    [Fact]
    public async Task Pages_begin_at_the_token_and_are_asked_for_with_the_size()
    {
        List<(string? Token, int? Size)> asked = [];
        AsyncPageable<string> pageable = Pageable.Create<string>((token, size, _) =>
        {
            asked.Add((token, size));
            return Task.FromResult(new Page<string>(["x"], token == "b" ? null : "b"));
        });

        List<Page<string>> pages = [];
        await foreach (Page<string> page in pageable.AsPages("a", 7))
        {
            pages.Add(page);
        }

        Assert.Equal([("a", 7), ("b", 7)], asked);
        Assert.Equal(["b", null], pages.Select(page => page.ContinuationToken));
    }

    [Fact]
    public async Task The_enumerators_token_reaches_the_source()
    {
        using CancellationTokenSource source = new();
        CancellationToken seen = default;
        AsyncPageable<int> pageable = Pageable.Create<int>((_, cancellationToken) =>
        {
            seen = cancellationToken;
            return Task.FromResult(new Page<int>([1]));
        });

        await foreach (int value in pageable.WithCancellation(source.Token))
        {
            Assert.Equal(1, value);
        }

        Assert.Equal(source.Token, seen);
    }

    private static AsyncPageable<int> Numbers(List<string?>? fetched = null) => Pageable.Create<int>((token, _) =>
    {
        fetched?.Add(token);
        return Task.FromResult(token switch
        {
            null => new Page<int>([1, 2], "second"),
            "second" => new Page<int>([], "third"),
            _ => new Page<int>([3]),
        });
    });
}
