namespace LocalSidecar.Log;

/// <summary>What the log's records mean. Every call holds the log's gate.</summary>
internal interface IRecordSink
{
    /// <summary>The log that the records come from; before all else.</summary>
    void Attach(CommitLog log);

    /// <summary>One committed record, at start as well as while serving: the only way anything becomes visible.</summary>
    void Apply(ReadOnlySpan<byte> record, Segment segment, int offset);

    /// <summary>Everything appended and not yet applied has failed.</summary>
    void Lost();

    /// <summary>A commit is about to be written: a chance to add what can wait for one but needs none of its own.</summary>
    void Join();
}
