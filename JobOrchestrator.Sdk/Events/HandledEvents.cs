namespace JobOrchestrator.Sdk;

/// <summary>Which events were handled, of the jobs heard of last. Not thread-safe: its owner guards it.</summary>
internal sealed class HandledEvents(int jobsMax)
{
    private readonly Dictionary<string, LinkedListNode<Heard>> _byJob = [];
    private readonly LinkedList<Heard> _byUse = new();
    private long _reading; // which reading of the feed the marks are of
    private int _heardSince;

    public int Jobs => _byJob.Count;

    /// <summary>
    /// Half of what can be remembered was heard of since the last reading of the feed began: were it read much later, it would bring
    /// events that are forgotten already.
    /// </summary>
    public bool IsHalfUsed => _heardSince >= Math.Max(1, jobsMax / 2);

    /// <summary>A reading of the feed begins: it will bring all that was heard of so far.</summary>
    public void BeginReading()
    {
        _reading++;
        _heardSince = 0;
    }

    /// <summary>How the event would be delivered now.</summary>
    public JobEventDelivery Judge(string jobId, long sequence)
    {
        if (!_byJob.TryGetValue(jobId, out LinkedListNode<Heard>? node))
        {
            return JobEventDelivery.New;
        }

        HandledSequences handled = node.Value.Handled;
        return handled.Contains(sequence) ? JobEventDelivery.Repeat
            : sequence < handled.Newest ? JobEventDelivery.Stale
            : JobEventDelivery.New;
    }

    /// <summary>Remembers an event; true when an earlier one of its job has not been handled that should have come.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="sequence">The event.</param>
    /// <param name="leftOut">What need not come.</param>
    public bool Add(string jobId, long sequence, EventsLeftOut leftOut = default)
    {
        if (_byJob.TryGetValue(jobId, out LinkedListNode<Heard>? node))
        {
            _byUse.Remove(node);
        }
        else
        {
            node = new LinkedListNode<Heard>(new Heard(jobId));
            _byJob.Add(jobId, node);
        }

        _byUse.AddLast(node);
        if (node.Value.Reading != _reading)
        {
            node.Value.Reading = _reading;
            _heardSince++;
        }

        node.Value.Handled.Add(sequence, leftOut);
        if (_byJob.Count > jobsMax)
        {
            _byJob.Remove(_byUse.First!.Value.JobId);
            _byUse.RemoveFirst();
        }

        return node.Value.Handled.HasGap(leftOut);
    }

    /// <summary>A job that was heard of.</summary>
    private sealed class Heard(string jobId)
    {
        public string JobId => jobId;

        public HandledSequences Handled { get; } = new();

        /// <summary>Since which reading of the feed it was heard of last.</summary>
        public long Reading { get; set; } = -1;
    }
}
