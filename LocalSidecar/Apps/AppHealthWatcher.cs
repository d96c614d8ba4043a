using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using LocalSidecar.CommandLine;

namespace LocalSidecar.Apps;

/// <summary>
/// Asks an app that speaks gRPC again and again whether it is well. While it is not, its messages wait and calls to it
/// are refused.
/// </summary>
internal sealed partial class AppHealthWatcher(App app, TimeProvider time, ILogger logger)
{
    /// <summary>Whether the app is to be asked.</summary>
    public static bool IsFor(App app) => app.Settings.EnableAppHealthCheck && app.Channel.Grpc is not null;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        AppHealthCheck check = app.Settings.AppHealthCheck;
        int failures = 0;
        app.Channel.SetWell(false);
        try
        {
            while (true)
            {
                failures = await IsWellAsync(app.Channel.Grpc!, check.Timeout, cancellationToken) ? 0 : failures + 1;
                if (failures == 0 && !app.Channel.IsWell)
                {
                    app.Channel.SetWell(true);
                    LogWell(app.Id);
                }
                else if (failures >= check.Threshold && app.Channel.IsWell)
                {
                    app.Channel.SetWell(false);
                    LogUnwell(app.Id, failures);
                }

                await Task.Delay(check.Interval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The sidecar stops.
        }
    }

    private async Task<bool> IsWellAsync(GrpcAppChannel channel, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            GrpcAnswer<HealthCheckResponse> answer =
                await channel.AskAsync(AppCallbackMethods.HealthCheck, new Empty(), showsToken: true, either.Token);
            return answer.Response is not null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(24, LogLevel.Information, "{App}: the app says that it is well")]
    private partial void LogWell(string app);

    [LoggerMessage(25, LogLevel.Warning, "{App}: the app has not said that it is well for {Failures} times; its messages wait")]
    private partial void LogUnwell(string app, int failures);
}
