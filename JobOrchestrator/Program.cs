using JobOrchestrator.BuiltIn;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddShards(builder.Configuration);
builder.Services.AddHostedService<SimulateWorker>();

WebApplication app = builder.Build();
app.MapHealth();
app.Run();
