using JobOrchestrator.BuiltIn;
using JobOrchestrator.Doors;
using JobOrchestrator.Features;
using JobOrchestrator.Hosting;
using JobOrchestrator.Shards;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddApi(builder.Configuration);
builder.Services.AddDoors(builder.Configuration);
builder.Services.AddShards(builder.Configuration);
builder.Services.AddHostedService<SimulateWorker>();

WebApplication app = builder.Build();
app.UseApi();
app.MapApi();
app.MapHealth();
app.MapDoors();
app.Run();
