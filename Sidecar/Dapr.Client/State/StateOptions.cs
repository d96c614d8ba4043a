namespace Dapr.Client;

/// <summary>How a state operation is to be done.</summary>
public class StateOptions
{
    /// <summary>Null leaves it to the store.</summary>
    public ConsistencyMode? Consistency { get; set; }

    /// <summary>Null leaves it to the store: compare when an ETag is given, overwrite otherwise.</summary>
    public ConcurrencyMode? Concurrency { get; set; }
}

/// <summary>What a read or write waits for; a hint that many stores ignore.</summary>
public enum ConsistencyMode
{
    /// <summary>One copy is enough.</summary>
    Eventual,

    /// <summary>All copies, or a majority: the store decides.</summary>
    Strong,
}

/// <summary>Who wins when two write the same key.</summary>
public enum ConcurrencyMode
{
    /// <summary>The first: compare ETags, and without one write only what is not there (on most stores).</summary>
    FirstWrite,

    /// <summary>The last.</summary>
    LastWrite,
}
