namespace JobOrchestrator.Dashboard.Calls;

/// <summary>What came of asking the API.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
public abstract record Answer<T>
{
    private Answer()
    {
    }

    /// <summary>It answered.</summary>
    public sealed record Got(T Value) : Answer<T>;

    /// <summary>It did not.</summary>
    public sealed record Not(Trouble Trouble) : Answer<T>;

    /// <summary>The value, where there is one.</summary>
    public bool Has(out T value)
    {
        value = this is Got got ? got.Value : default!;
        return this is Got;
    }
}
