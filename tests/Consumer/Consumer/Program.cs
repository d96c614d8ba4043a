using System.Text.Json;
using Consumer;
using Contracts;
using Dapr.Client;
using JobOrchestrator.Sdk;
using Microsoft.Extensions.Diagnostics.HealthChecks;

// Caller, worker and owner in one app, from packages alone. Ends with 0 when a job has gone all the way through.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddDaprClient();
builder.Services.AddSingleton<Heard>();
builder.Services.AddSingleton<Greeter>();

// Whose jobs these are, and how many run at once, stand in the settings: Jobs:Client, Jobs:Worker.
builder.Services.AddJobClient();
builder.Services.AddJobWorker(worker => worker.Add<GreetProcessor>().Queue("greetings"));
builder.Services.AddJobEvents("shop", events => events.Add<GreetingEvents>());

WebApplication app = builder.Build();
app.MapSubscribeHandler();
app.MapJobEvents();
await app.StartAsync();

using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
DaprClient dapr = app.Services.GetRequiredService<DaprClient>();
await dapr.WaitForSidecarAsync(deadline.Token);
await Subscriptions.WaitForAsync(5, deadline.Token);

IJobClient jobs = app.Services.GetRequiredService<IJobClient>();
Job job = await jobs.EnqueueAsync(new Greet("Ada"), cancellationToken: deadline.Token);
Greeting greeting = await jobs.WaitForResultAsync<Greeting>(job.Id, cancellationToken: deadline.Token);
Console.WriteLine($"caller: {greeting.Text}");
Console.WriteLine($"caller: {await app.Services.GetRequiredService<Greeter>().WelcomeAsync("Grace", deadline.Token)}");
Console.WriteLine($"job: {JsonSerializer.Serialize(await jobs.WaitAsync(job.Id, deadline.Token), JsonSerializerOptions.Web)}");

HealthReport health = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(deadline.Token);
Console.WriteLine($"health: {health.Entries["job-worker"].Status}, {health.Entries["job-worker"].Description}");

HealthReportEntry owner = health.Entries["job-events"];
Console.WriteLine($"owner: {owner.Status}, {owner.Description}");

JobEvent completed = await app.Services.GetRequiredService<Heard>().CompletedAsync(job.Id).WaitAsync(deadline.Token);
Console.WriteLine($"owner: {completed.Kind} by {completed.Source}");

JsonElement stored = await dapr.GetStateAsync<JsonElement>("jobs", job.Id, cancellationToken: deadline.Token);
Console.WriteLine($"store: {stored.GetProperty("status").GetString()}");

await app.StopAsync();
return 0;
