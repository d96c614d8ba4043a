using System.Text.Json;

namespace JobOrchestrator.Sdk.Tests.Fakes;

/// <summary>The feed of a <see cref="FakeOrchestrator"/>: what the test put into it. Cursors are counts.</summary>
internal sealed class FakeFeed
{
    private readonly Lock _lock = new();
    private readonly List<(string Json, string? Owner)> _events = [];

    /// <summary>How many of the first events have been forgotten.</summary>
    public int Forgotten { get; set; }

    /// <summary>After which cursor the last page was asked for.</summary>
    public string? LastAfter { get; private set; }

    /// <summary>How many pages were read.</summary>
    public int PagesRead { get; private set; }

    public void Add(FeedEvent jobEvent)
    {
        lock (_lock)
        {
            _events.Add((JsonSerializer.Serialize(jobEvent, WireJson.Wire.FeedEvent), jobEvent.Data!.Owner));
        }
    }

    /// <summary>Adds an event as it stands there.</summary>
    public void Add(string json, string owner = "shop")
    {
        lock (_lock)
        {
            _events.Add((json, owner));
        }
    }

    /// <summary>A page as it goes over the wire; null when the cursor is too old.</summary>
    public string? Page(string owner, string? after, int limit)
    {
        lock (_lock)
        {
            PagesRead++;
            LastAfter = after;
            int from = after switch { null => _events.Count, "oldest" => Forgotten, _ => int.Parse(after) };
            if (from < Forgotten)
            {
                return null;
            }

            List<(string Json, string? Owner)> page = [.. _events.Skip(from).Take(Math.Min(limit, 3))];
            string events = string.Join(',', page.Where(one => one.Owner == owner).Select(one => one.Json));
            return $$"""{"events":[{{events}}],"cursor":"{{from + page.Count}}"}""";
        }
    }
}
