using JobOrchestrator.Features;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddApi(builder.Configuration);

var app = builder.Build();
app.UseApi();
app.MapApi();
app.Run();
