using LocalSidecar.Resources;

namespace LocalSidecar.Apps;

/// <summary>
/// Knows whether the app is there and what it subscribes to. The app is asked once it listens, again whenever it
/// comes back after having been away, and now and then in between, should a restart have gone unnoticed.
/// </summary>
internal sealed partial class AppWatcher(App app, IAppSubscriptions subscriptions, TimeProvider time, ILogger logger)
{
    private readonly ISubscriptionQuestion _question = app.Channel.Grpc is { } grpc ? new GrpcQuestion(grpc) : new HttpQuestion(app);

    private static readonly TimeSpan DialInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AskAgainInterval = TimeSpan.FromSeconds(30);

    // Over gRPC a restart ends the connection, so a question in between only confirms what is known: an app that nobody has asked for days
    // is taken for one that does not want its topics any more.
    private static readonly TimeSpan ConfirmInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);
    private const int AsksMax = 4;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (app.Channel.BaseUri is null)
            {
                app.IsReady = true;
                return;
            }

            LogWaiting(logger, app.Id, app.Channel.BaseUri.Port);
            while (true)
            {
                try
                {
                    while (!await app.Channel.IsListeningAsync(cancellationToken))
                    {
                        await Task.Delay(DialInterval, time, cancellationToken);
                    }

                    Task lost = app.Channel.WhenLost();
                    bool answered = await AskAsync(cancellationToken);
                    app.Channel.Set(isUp: true);
                    app.IsReady = true;
                    TellUp(subscriptions.Count);
                    await StayAsync(lost, answered, cancellationToken);
                    app.Channel.Set(isUp: false);
                    LogDown(logger, app.Id, app.HasOtherInstances ? "go to the others, if one is up" : "wait for it");
                }
                catch (Exception) when (!cancellationToken.IsCancellationRequested)
                {
                    // The log cannot take a new subscription, say. It says so itself; the app is asked again.
                    await Task.Delay(CheckInterval, time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The sidecar stops.
        }
    }

    /// <summary>An app without subscriptions is nothing to wonder at.</summary>
    private void TellUp(int count)
    {
        if (count == 0)
        {
            LogUpAlone(logger, app.Id);
        }
        else
        {
            LogUp(logger, app.Id, count, count == 1 ? "subscription" : "subscriptions");
        }
    }

    private async Task StayAsync(Task lost, bool answered, CancellationToken cancellationToken)
    {
        long asked = time.GetTimestamp();
        while (true)
        {
            await Task.WhenAny(lost, Task.Delay(CheckInterval, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (!await app.Channel.IsListeningAsync(cancellationToken))
            {
                return;
            }

            // Over gRPC no restart goes unnoticed: it ends the connection. An app may also end one that is not used.
            TimeSpan interval = app.Channel.Grpc is null || !answered ? AskAgainInterval : ConfirmInterval;
            if (time.GetElapsedTime(asked) >= interval || (app.Channel.Grpc is not null && lost.IsCompleted))
            {
                lost = app.Channel.WhenLost();
                answered = await AskAsync(cancellationToken);
                asked = time.GetTimestamp();
            }
        }
    }

    /// <summary>Asks the app for its subscriptions. False: it did not say, and what it said before holds.</summary>
    private async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        if (subscriptions.AreImpossible)
        {
            return true;
        }

        IReadOnlyList<SubscriptionDeclaration>? answer = null;
        for (int attempt = 1; answer is null && attempt <= AsksMax; attempt++)
        {
            if (attempt > 1)
            {
                await Task.Delay(CheckInterval, time, cancellationToken);
            }

            (bool isFinal, answer) = await TryAskAsync(cancellationToken);
            if (isFinal)
            {
                break;
            }
        }

        await subscriptions.UseAsync(answer);
        return answer is not null;
    }

    /// <summary>One question. No list: the app did not say, and what it said before holds.</summary>
    private async Task<(bool IsFinal, IReadOnlyList<SubscriptionDeclaration>? Answer)> TryAskAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.WithinAsync(AskTimeout, time, AskAsync, late: (false, null), cancellationToken);
        }
        catch (IOException)
        {
            return (false, null);
        }

        async Task<(bool, IReadOnlyList<SubscriptionDeclaration>?)> AskAsync(CancellationToken token) =>
            (true, await _question.AskAsync(problem => LogRefused(logger, app.Id, _question.Name, problem), token));
    }

    [LoggerMessage(20, LogLevel.Information, "{App}: waiting for the app on port {Port}")]
    private static partial void LogWaiting(ILogger logger, string app, int port);

    [LoggerMessage(21, LogLevel.Information, "{App}: the app is up, with {Count} {Noun}")]
    private static partial void LogUp(ILogger logger, string app, int count, string noun);

    [LoggerMessage(24, LogLevel.Information, "{App}: the app is up; it asks for no topics, as one that only calls, or is called, does")]
    private static partial void LogUpAlone(ILogger logger, string app);

    [LoggerMessage(22, LogLevel.Information, "{App}: the app is gone; its messages {GoOn}")]
    private static partial void LogDown(ILogger logger, string app, string goOn);

    [LoggerMessage(23, LogLevel.Warning, "{App}: {Question}: {Problem}")]
    private static partial void LogRefused(ILogger logger, string app, string question, string problem);
}
