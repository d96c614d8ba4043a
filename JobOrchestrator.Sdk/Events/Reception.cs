namespace JobOrchestrator.Sdk;

/// <summary>What became of an event that came.</summary>
internal enum Reception
{
    /// <summary>It was handed on and remembered.</summary>
    Handled = 1,

    /// <summary>It was handled before.</summary>
    Repeated = 2,

    /// <summary>A handler failed; it is held, and handed on again from here.</summary>
    Failed = 3,

    /// <summary>It is held already, and waits for its next try.</summary>
    Waiting = 4,
}
