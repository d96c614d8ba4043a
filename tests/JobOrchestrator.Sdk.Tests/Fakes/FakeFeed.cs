namespace JobOrchestrator.Sdk.Tests.Fakes;

/// <summary>The feed of a <see cref="FakeOrchestrator"/>: what the test put into it. Cursors are counts.</summary>
internal sealed class FakeFeed
{
    private readonly Lock _lock = new();
    private readonly List<FeedEvent> _events = [];

    /// <summary>How many of the first events have been forgotten.</summary>
    public int Forgotten { get; set; }

    /// <summary>How many pages were read.</summary>
    public int PagesRead { get; private set; }

    public void Add(FeedEvent jobEvent)
    {
        lock (_lock)
        {
            _events.Add(jobEvent);
        }
    }

    public FeedPage? Page(string owner, string? after, int limit)
    {
        lock (_lock)
        {
            PagesRead++;
            int from = after switch { null => _events.Count, "oldest" => Forgotten, _ => int.Parse(after) };
            if (from < Forgotten)
            {
                return null;
            }

            List<FeedEvent> page = [.. _events.Skip(from).Take(Math.Min(limit, 3))];
            return new FeedPage([.. page.Where(jobEvent => jobEvent.Data!.Owner == owner)], (from + page.Count).ToString());
        }
    }
}
