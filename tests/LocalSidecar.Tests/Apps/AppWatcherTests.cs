using Dapr.AppCallback.Autogen.Grpc.v1;
using LocalSidecar.CommandLine;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Apps;

public sealed class AppWatcherTests
{
    /// <summary>A subscription that nobody has asked for in a week is given up: that of a healthy app on one connection is not.</summary>
    [Fact]
    public async Task GrpcApp_OnOneConnectionForDays_IsAskedAgainEveryHour()
    {
        var clock = new ManualTimeProvider();
        int port = FreePort.Next();
        await using GrpcTestApp app = await GrpcTestApp.StartAsync(
            port, new GrpcTestApp.Script { Subscriptions = [new TopicSubscription { PubsubName = "bus", Topic = "news" }] });
        await using TestSidecar sidecar = await TestSidecar.StartAsync(
            [("worker", port)], change: settings => settings with { AppProtocol = AppProtocol.Grpc }, time: clock);
        await Eventually.TrueAsync(() => app.Answers.Questions.Count == 1, "the app is asked");

        for (int hour = 1; hour <= 3; hour++)
        {
            clock.Advance(TimeSpan.FromMinutes(59));
            await Eventually.TrueAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(30));
                    return app.Answers.Questions.Count >= 1 + hour;
                },
                $"the app is asked in hour {hour}");
        }
    }
}
