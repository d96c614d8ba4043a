using System.Collections;

namespace JobOrchestrator.Shards;

/// <summary>One named value around everything that is logged within: a member for machines, a word for people.</summary>
/// <param name="name">Its name, such as <c>Shard</c>.</param>
/// <param name="value">The value.</param>
internal sealed class LogScope(string name, object value) : IReadOnlyList<KeyValuePair<string, object?>>
{
    // Where the identifier of the trace stands in a traceparent, and how long it is.
    private const int TraceAt = 3;
    private const int TraceLength = 32;

    private readonly KeyValuePair<string, object?> _member = new(name, value);

    public int Count => 1;

    public KeyValuePair<string, object?> this[int index] => index == 0 ? _member : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The scope of a trace, by the name that the framework gives it; null: there is no trace.</summary>
    /// <param name="traceparent">The trace's header, as a job keeps it.</param>
    public static LogScope? OfTrace(string? traceparent) => traceparent is { Length: >= TraceAt + TraceLength }
        ? new LogScope("TraceId", traceparent.Substring(TraceAt, TraceLength))
        : null;

    public override string ToString() => $"{_member.Key}:{_member.Value}";

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return _member;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
