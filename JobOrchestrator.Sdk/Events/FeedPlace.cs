namespace JobOrchestrator.Sdk;

/// <summary>
/// How far the feed was read, and how far that may be remembered: not past a page with an event that is not handled yet, which a restarted
/// process has to find again.
/// </summary>
internal sealed class FeedPlace
{
    // Pages with an event that is not handled yet, in the feed's order.
    private readonly Queue<(string? Before, List<string> EventIds)> _open = [];

    /// <summary>After the last page that was read; null where the feed was never read.</summary>
    public string? Read { get; private set; }

    /// <summary>Begins where an earlier process has ended.</summary>
    public void Begin(string? cursor) => Read = cursor;

    /// <summary>A page was read.</summary>
    /// <param name="before">The cursor that it was asked for with.</param>
    /// <param name="after">The cursor behind it.</param>
    /// <param name="held">Its events that are not handled yet.</param>
    public void Passed(string? before, string after, List<string> held)
    {
        if (held.Count > 0)
        {
            _open.Enqueue((before, held));
        }

        Read = after;
    }

    /// <summary>The last cursor with nothing in front of it that is not handled; null where that is where reading began.</summary>
    /// <param name="isHeld">Whether an event is not handled yet.</param>
    public string? Remembered(Func<string, bool> isHeld)
    {
        while (_open.TryPeek(out (string? Before, List<string> EventIds) page))
        {
            page.EventIds.RemoveAll(id => !isHeld(id));
            if (page.EventIds.Count > 0)
            {
                return page.Before;
            }

            _open.Dequeue();
        }

        return Read;
    }
}
