namespace JobOrchestrator.Shards;

/// <summary>
/// The newest event that the broker took, of each of a few topics: one is sent once more to see whether it takes others than one that
/// fails. Of several topics, for more than one may fail. Whoever uses it has its lock.
/// </summary>
internal sealed class LatelyTaken
{
    private const int TopicsMax = 8; // owners may have topics of their own

    private readonly List<(string Topic, OutboxEvent Event)> _taken = []; // the best last

    /// <summary>The broker has taken it.</summary>
    public void Note(string topic, OutboxEvent item)
    {
        _taken.RemoveAll(one => one.Topic == topic);
        if (_taken.Count == TopicsMax)
        {
            _taken.RemoveAt(0);
        }

        _taken.Add((topic, item));
    }

    /// <summary>The one to be sent once more; null: nothing of another topic is known.</summary>
    public (string Topic, OutboxEvent Event)? OtherThan(string topic)
    {
        int place = _taken.FindLastIndex(one => one.Topic != topic);
        return place < 0 ? null : _taken[place];
    }

    /// <summary>It was not taken again: another topic is asked the next time.</summary>
    public void Failed(string topic)
    {
        int place = _taken.FindIndex(one => one.Topic == topic);
        if (place > 0)
        {
            (string Topic, OutboxEvent Event) failed = _taken[place];
            _taken.RemoveAt(place);
            _taken.Insert(0, failed);
        }
    }
}
