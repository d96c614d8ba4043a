using JobOrchestrator;
using JobOrchestrator.Features.Health;
using Microsoft.Extensions.Options;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddApi(builder.Configuration);
builder.Services.AddDoors(builder.Configuration);
builder.Services.AddShards(builder.Configuration);
builder.Services.AddBuiltIn();
builder.Services.AddPush(builder.Configuration);

WebApplication app = builder.Build();
try
{
    app.UseApi();
    app.MapApi();
    app.MapPush();
    app.MapHealth();
    app.MapDoors();
    app.Run();
}
catch (Exception exception) when (exception is OptionsValidationException or RouteClashException
    or InvalidOperationException { InnerException: FormatException or ArgumentException })
{
    // A wrong setting is the operator's to mend: what it is, without a stack trace.
    Console.Error.WriteLine(exception.Message);
    return 1;
}

return 0;
