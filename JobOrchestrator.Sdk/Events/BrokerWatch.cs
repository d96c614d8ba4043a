namespace JobOrchestrator.Sdk;

/// <summary>
/// Whether the broker brings this owner's events, as the feed shows: the feed may not be the first to bring one that is older than a
/// broker takes.
/// </summary>
/// <param name="grace">What a broker may take.</param>
internal sealed class BrokerWatch(TimeSpan grace)
{
    private long _deliveredBefore;
    private DateTimeOffset _readBefore = DateTimeOffset.MaxValue;
    private DateTimeOffset _began;
    private bool _isLate;

    /// <summary>The broker is away, as far as can be told.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>A reading of the feed begins.</summary>
    public void Begin(DateTimeOffset now) => (_began, _isLate) = (now, false);

    /// <summary>
    /// The feed was the first to bring an event. What happened before the last reading is not counted: this process may have been away.
    /// </summary>
    public void Brought(DateTimeOffset? occurredAt) =>
        _isLate |= occurredAt is { } at && at >= _readBefore - grace && at < _began - grace;

    /// <summary>A reading has come to its end.</summary>
    /// <param name="delivered">How many events the broker has brought by now.</param>
    public void End(long delivered)
    {
        // Once it is thought to be away, it is back when it brings anything and leaves nothing to the feed.
        IsSilent = _isLate || (IsSilent && delivered == _deliveredBefore);
        _deliveredBefore = delivered;
        _readBefore = _began;
    }

    /// <summary>The process was not there to be brought anything.</summary>
    public void Excuse() => _readBefore = DateTimeOffset.MaxValue;
}
