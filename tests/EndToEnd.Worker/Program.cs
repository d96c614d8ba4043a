// A worker as a user of the SDK writes one, for tests that kill it, freeze it and take its orchestrator away.
// JobOrchestrator__Address, Queue, Concurrency, Prefetch and, for everything in JobWorkerOptions, Worker__Name and so on.
using EndToEnd.Worker;
using JobOrchestrator.Logs;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.ClearProviders().AddPlainConsole();
builder.Services.AddJobWorker(worker => worker
    .Add<WorkProcessor>()
    .Queue(
        builder.Configuration["Queue"] ?? "default",
        builder.Configuration.GetValue("Concurrency", 1),
        builder.Configuration.GetValue("Prefetch", 0))
    .Configure(options => builder.Configuration.GetSection("Worker").Bind(options)));
builder.Build().Run();
