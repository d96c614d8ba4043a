using System.Text.Json;
using Consumer;
using Contracts;
using Dapr.Client;
using JobOrchestrator.Sdk;

// Caller, worker and owner in one app, from packages alone. Ends with 0 when a job has gone all the way through.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddDaprClient();
builder.Services.AddSingleton<Heard>();
builder.Services.AddJobClient(options => options.Owner = "shop");
builder.Services.AddJobWorker(worker => worker.Add<GreetProcessor>());
builder.Services.AddJobEvents("shop", events => events.Add<GreetingEvents>());

WebApplication app = builder.Build();
app.MapSubscribeHandler();
app.MapJobEvents();
await app.StartAsync();

using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
DaprClient dapr = app.Services.GetRequiredService<DaprClient>();
await dapr.WaitForSidecarAsync(deadline.Token);
await Subscriptions.WaitForAsync(5, deadline.Token);

JobClient jobs = app.Services.GetRequiredService<JobClient>();
Job job = await jobs.EnqueueAsync(new Greet("Ada"), cancellationToken: deadline.Token);
Greeting greeting = await jobs.WaitForResultAsync<Greeting>(job.Id, cancellationToken: deadline.Token);
Console.WriteLine($"caller: {greeting.Text}");

JobEvent completed = await app.Services.GetRequiredService<Heard>().CompletedAsync(job.Id).WaitAsync(deadline.Token);
Console.WriteLine($"owner: {completed.Kind} by {completed.Source}");

JsonElement stored = await dapr.GetStateAsync<JsonElement>("jobs", job.Id, cancellationToken: deadline.Token);
Console.WriteLine($"store: {stored.GetProperty("status").GetString()}");

await app.StopAsync();
return 0;
