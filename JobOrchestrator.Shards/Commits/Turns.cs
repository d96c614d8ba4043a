namespace JobOrchestrator.Shards;

/// <summary>Commands that wait, in the order in which they are taken.</summary>
internal interface ILine
{
    /// <summary>How many.</summary>
    int Count { get; }

    /// <summary>The next one, which there is.</summary>
    Envelope Peek();

    /// <summary>Takes the next one, which there is.</summary>
    void Take();

    /// <summary>All of them, the next first.</summary>
    IEnumerable<Envelope> InOrder();
}

/// <summary>First come, first served.</summary>
internal sealed class Line : ILine
{
    private readonly Queue<Envelope> _waiting = new();

    public int Count => _waiting.Count;

    public void Add(Envelope envelope) => _waiting.Enqueue(envelope);

    public Envelope Peek() => _waiting.Peek();

    public void Take() => _waiting.Dequeue();

    public IEnumerable<Envelope> InOrder() => _waiting;
}

/// <summary>Lines with names that take turns: one of each, and then the next of each.</summary>
internal sealed class Turns<TName, T> : ILine
    where TName : notnull
    where T : class, ILine, new()
{
    private readonly Dictionary<TName, T> _lines = [];
    private readonly Queue<TName> _turns = []; // each line in which something waits, once
    private T? _spare; // an empty one: most end and begin again with each commit

    public int Count { get; private set; }

    /// <summary>The lines in which something waits.</summary>
    public IEnumerable<T> Lines => _lines.Values;

    /// <summary>The line of this name, if something waits in it.</summary>
    public T? Find(TName name) => _lines.GetValueOrDefault(name);

    /// <summary>The line of this name, in which one more waits: whoever asks adds it.</summary>
    public T Enter(TName name)
    {
        if (!_lines.TryGetValue(name, out T? line))
        {
            _lines.Add(name, line = _spare ?? new T());
            _spare = null;
            _turns.Enqueue(name);
        }

        Count++;
        return line;
    }

    public Envelope Peek() => _lines[_turns.Peek()].Peek();

    public void Take()
    {
        TName name = _turns.Dequeue();
        T line = _lines[name];
        line.Take();
        Count--;
        if (line.Count > 0)
        {
            _turns.Enqueue(name);
        }
        else
        {
            // Callers name themselves as they like, so one of whom nothing waits may not stay for ever.
            _lines.Remove(name);
            _spare = line;
        }
    }

    public IEnumerable<Envelope> InOrder()
    {
        var lines = new Queue<IEnumerator<Envelope>>(_turns.Select(name => _lines[name].InOrder().GetEnumerator()));
        while (lines.TryDequeue(out IEnumerator<Envelope>? line))
        {
            if (line.MoveNext())
            {
                yield return line.Current;
                lines.Enqueue(line);
            }
        }
    }
}
