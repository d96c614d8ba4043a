namespace JobOrchestrator.Sdk.Tests.Examples;

public interface IOrders
{
    Task ShowAsync(string jobId, Uri? result);

    Task ComplainAsync(string jobId, string? error);
}

// snippet:owner-handler
public sealed class OrderEvents(IOrders orders) : JobEventHandler
{
    protected override Task OnCompletedAsync(JobEvent jobEvent, CancellationToken cancellationToken) =>
        orders.ShowAsync(jobEvent.JobId, jobEvent.PayloadUri);

    protected override Task OnFailedAsync(JobEvent jobEvent, CancellationToken cancellationToken) =>
        orders.ComplainAsync(jobEvent.JobId, jobEvent.Error?.Title);

    protected override Task OnUpdatedAsync(JobEvent jobEvent, CancellationToken cancellationToken)
    {
        // What a stale event tells is the past: do not let it overwrite what is known already.
        if (jobEvent.Delivery == JobEventDelivery.New)
        {
            Console.WriteLine($"{jobEvent.JobId} {jobEvent.Progress?.Percent} %");
        }

        return Task.CompletedTask;
    }
}
// end-snippet

internal static class OwnerSetup
{
    public static WebApplication Build(string[] args)
    {
        // snippet:owner-setup
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Services.AddJobEvents("shop", events => events.Add<OrderEvents>());

        WebApplication app = builder.Build();
        app.MapSubscribeHandler();
        app.MapJobEvents();
        // end-snippet
        return app;
    }
}
