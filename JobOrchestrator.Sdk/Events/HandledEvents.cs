namespace JobOrchestrator.Sdk;

/// <summary>Which events were handled, of the jobs heard of last. Not thread-safe: its owner guards it.</summary>
internal sealed class HandledEvents(int jobsMax)
{
    private readonly Dictionary<string, LinkedListNode<(string JobId, HandledSequences Handled)>> _byJob = [];
    private readonly LinkedList<(string JobId, HandledSequences Handled)> _byUse = new();

    public int Jobs => _byJob.Count;

    /// <summary>How the event would be delivered now.</summary>
    public JobEventDelivery Judge(string jobId, long sequence)
    {
        if (!_byJob.TryGetValue(jobId, out LinkedListNode<(string JobId, HandledSequences Handled)>? node))
        {
            return JobEventDelivery.New;
        }

        HandledSequences handled = node.Value.Handled;
        return handled.Contains(sequence) ? JobEventDelivery.Repeat
            : sequence < handled.Newest ? JobEventDelivery.Stale
            : JobEventDelivery.New;
    }

    /// <summary>Remembers an event; true when an earlier one of its job has not been handled.</summary>
    public bool Add(string jobId, long sequence)
    {
        if (_byJob.TryGetValue(jobId, out LinkedListNode<(string JobId, HandledSequences Handled)>? node))
        {
            _byUse.Remove(node);
        }
        else
        {
            node = new LinkedListNode<(string, HandledSequences)>((jobId, new HandledSequences()));
            _byJob.Add(jobId, node);
        }

        _byUse.AddLast(node);
        node.Value.Handled.Add(sequence);
        if (_byJob.Count > jobsMax)
        {
            _byJob.Remove(_byUse.First!.Value.JobId);
            _byUse.RemoveFirst();
        }

        return node.Value.Handled.HasGap;
    }
}
