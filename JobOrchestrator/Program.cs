using JobOrchestrator;
using JobOrchestrator.Dashboard;
using JobOrchestrator.Features.Health;
using JobOrchestrator.Features.Marks;
using JobOrchestrator.Features.Metrics;
using JobOrchestrator.Hosting;
using JobOrchestrator.Logs;
using JobOrchestrator.Telemetry;
using Microsoft.Extensions.Options;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);

// End points with TLS come by the framework's own settings (ASPNETCORE_URLS, section Kestrel); a slim builder leaves that out.
builder.WebHost.UseKestrelHttpsConfiguration();
builder.ListenUnlessSaid("http://localhost:5087");
builder.Logging.AddPlainConsole();
builder.Services.AddApi(builder.Configuration);
builder.Services.AddDoors(builder.Configuration);
builder.Services.AddShards(builder.Configuration);
builder.Services.AddKeptMarks();
builder.Services.AddBuiltIn();
builder.Services.AddPush(builder.Configuration);
builder.Services.AddTelemetry(builder.Configuration);
builder.Services.AddUi(builder.Configuration);

WebApplication app = builder.Build();
try
{
    Addresses.Check(app.Configuration);
    app.UseDashboard();
    app.UseApi();
    app.MapApi();
    app.MapPush();
    app.MapHealth();
    app.MapMetrics();
    app.MapDashboard();
    app.MapDoors();
    app.Run();
}
catch (Exception exception) when (exception is RouteClashException || StartTrouble.Of(exception) is not null)
{
    // A wrong setting is the operator's to mend: what it is, without a stack trace.
    Console.Error.WriteLine(
        exception is OptionsValidationException refused ? Sections.Told(refused, app.Services)
            : StartTrouble.Of(exception) ?? exception.Message);
    return 1;
}

return 0;
