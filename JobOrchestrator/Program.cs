using JobOrchestrator.BuiltIn;
using JobOrchestrator.Features;
using JobOrchestrator.Hosting;
using JobOrchestrator.Push;
using JobOrchestrator.Shards;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddApi(builder.Configuration);
builder.Services.AddShards(builder.Configuration);
builder.Services.AddHostedService<SimulateWorker>();
builder.Services.AddPush(builder.Configuration);

WebApplication app = builder.Build();
app.UseApi();
app.MapApi();
app.MapPush();
app.MapHealth();
app.Run();
