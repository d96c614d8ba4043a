using System.Collections;

namespace JobOrchestrator.Shards;

/// <summary>One named value around everything that is logged within: a member for machines, a word for people.</summary>
/// <param name="name">Its name, such as <c>Shard</c>.</param>
/// <param name="value">The value.</param>
internal sealed class LogScope(string name, object value) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?> _member = new(name, value);

    public int Count => 1;

    public KeyValuePair<string, object?> this[int index] => index == 0 ? _member : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The scope of a trace, by the name that the framework gives it; null: there is no trace.</summary>
    /// <param name="traceId">The trace's 32 digits.</param>
    public static LogScope? OfTrace(string? traceId) => traceId is null ? null : new LogScope("TraceId", traceId);

    public override string ToString() => $"{_member.Key}:{_member.Value}";

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return _member;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
