namespace LocalSidecar.PubSub;

/// <summary>
/// Gives up subscriptions that nobody has asked for in a week, so that messages for an app that is gone for good do
/// not fill the disk. A week is what passes while this process runs, not what a clock says that somebody sets.
/// </summary>
internal sealed partial class StaleSubscriptions : IAsyncDisposable
{
    /// <summary>How long messages wait for an app that does not come back.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // A look that comes later than this was kept from coming by a machine that slept: apps could not ask meanwhile.
    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(10);

    private readonly Bus _bus;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public StaleSubscriptions(Bus bus, TimeProvider time, ILogger logger)
    {
        _bus = bus;
        _time = time;
        _logger = logger;
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                long from = _time.GetTimestamp();
                await Task.Delay(Interval, _time, _stopping.Token);
                if (_time.GetElapsedTime(from) > Interval + LateAfter)
                {
                    continue;
                }

                foreach (SubscriptionQueue queue in _bus.UnconfirmedFor(Kept))
                {
                    LogGivenUp(_logger, queue.App, queue.Topic, await _bus.UnsubscribeAsync(queue));
                }
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                // The process stops.
            }
            catch (Exception problem)
            {
                // The log cannot be written, say: the next look tries again.
                LogLookFailed(_logger, problem.Message);
            }
        }
    }

    [LoggerMessage(47, LogLevel.Warning, "Subscriptions that nobody asks for could not be given up; tried again later: {Problem}")]
    private static partial void LogLookFailed(ILogger logger, string problem);

    [LoggerMessage(
        45, LogLevel.Warning, "{App}: has not asked for topic '{Topic}' in a week; {Waiting} messages that waited for it are dropped")]
    private static partial void LogGivenUp(ILogger logger, string app, string topic, int waiting);
}
