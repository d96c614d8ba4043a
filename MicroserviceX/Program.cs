using JobOrchestrator.Hosting;
using MicroserviceX.Events;
using MicroserviceX.Hosting;
using MicroserviceX.TextStats;

try
{
    WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
    builder.ListenOnLoopback();
    string dataFolder = builder.DataFolder();

    // The owner's side: the events of this service's own jobs.
    builder.Services.AddSingleton(new EventHistory(dataFolder, builder.EventsKept()));
    builder.Services.AddSingleton<FirstLines>();
    builder.Services.AddJobEvents("microservice-x", events => events
        .Add<EventRecorder>()
        .Configure(options =>
        {
            options.Folder = Path.Combine(dataFolder, "job-events");
            options.HandOnRepeats = true;
        }));

    // The worker's side: one type of job, on this service's own queue.
    builder.Services.AddJobWorker(worker => worker.Add<TextStatsProcessor>());

    WebApplication app = builder.Build();
    app.UseCrossSiteRefusal();
    app.UsePackedBodies();
    app.MapSubscribeHandler();
    app.MapJobEvents();
    app.MapEventHistory();
    app.MapHealth();
    app.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], () => """
        MicroserviceX: an example of a service that owns jobs and works some.
        GET /events        the last 1,000 events of its jobs, newest last; ?jobId= for one job
        GET /health/live   GET /health/ready
        It works type text-stats on queue microservice-x; submit such a job to JobOrchestrator.

        """);
    app.Run();
}
catch (Exception exception) when (StartTrouble.Of(exception) is not null)
{
    // A wrong setting, a port or a folder that is taken: the operator's to mend, without a stack trace.
    Console.Error.WriteLine(StartTrouble.Of(exception));
    return 1;
}

return 0;
