namespace JobOrchestrator.Sdk.Tests.Examples;

/// <summary>What the README shows of a service: three lines, and two more.</summary>
internal static class Readme
{
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        // snippet:readme-client
        builder.Services.AddJobClient(options => options.Owner = "shop");
        // end-snippet

        // snippet:readme-sides
        builder.Services.AddJobWorker(worker => worker.Add<ThumbnailProcessor>().Queue("pictures", concurrency: 8));
        builder.Services.AddJobEvents("shop", events => events.Add<OrderEvents>());
        // end-snippet

        WebApplication app = builder.Build();

        // snippet:readme-run
        app.MapPost("/covers", (Uri picture, IJobClient jobs) => jobs.RunAsync(new MakeThumbnail(picture, 200)));
        // end-snippet
        return app;
    }
}
