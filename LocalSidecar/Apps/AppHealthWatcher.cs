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
        while (!cancellationToken.IsCancellationRequested)
        {
            bool isWell;
            try
            {
                isWell = await IsWellAsync(app.Channel.Grpc!, check.Timeout, cancellationToken);
            }
            catch (Exception)
            {
                // Whatever it was, the app did not say that it is well.
                isWell = false;
            }

            failures = isWell ? 0 : failures + 1;
            if (failures == 0 && !app.Channel.IsWell)
            {
                app.Channel.SetWell(true);
                LogWell(logger, app.Id);
            }
            else if (failures >= check.Threshold && app.Channel.IsWell && !cancellationToken.IsCancellationRequested)
            {
                app.Channel.SetWell(false);
                LogUnwell(logger, app.Id, failures);
            }

            try
            {
                await Task.Delay(check.Interval, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // The sidecar stops.
            }
        }
    }

    private Task<bool> IsWellAsync(GrpcAppChannel channel, TimeSpan timeout, CancellationToken cancellationToken)
    {
        return TimeLimit.WithinAsync(timeout, time, AskAsync, late: false, cancellationToken);

        async Task<bool> AskAsync(CancellationToken token)
        {
            GrpcAnswer<HealthCheckResponse> answer =
                await channel.AskAsync(AppCallbackMethods.HealthCheck, new Empty(), showsToken: true, token);
            return answer.Response is not null;
        }
    }

    [LoggerMessage(24, LogLevel.Information, "{App}: the app says that it is well")]
    private static partial void LogWell(ILogger logger, string app);

    [LoggerMessage(25, LogLevel.Warning, "{App}: the app has not said that it is well for {Failures} times; its messages wait")]
    private static partial void LogUnwell(ILogger logger, string app, int failures);
}
