using System.Reflection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>The API's document, at <c>/openapi/v1.json</c> and <c>/swagger/v1/swagger.json</c>, and its page at <c>/swagger</c>.</summary>
internal static class OpenApiFeature
{
    public static IServiceCollection AddOpenApiPage(this IServiceCollection services) =>
        services.AddEndpointsApiExplorer().AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "JobOrchestrator",
                Version = ProductVersion,
                Description = "Long-running jobs behind HTTP. Every error is a problem document whose type leads to a page that explains "
                    + "it: [/problems](/problems). A member that is not required may be left out, and null in it says nothing.",
                License = new OpenApiLicense { Name = "MIT", Url = new Uri("https://opensource.org/license/mit") },
            });
            options.DocumentFilter<OperationsFilter>();
        });

    public static WebApplication UseOpenApiPage(this WebApplication app)
    {
        // The packages' own look at a request costs every call of the API.
        app.UseWhen(IsMeant, static pages => pages
            .UseSwagger(NameServer)
            .UseSwagger(options =>
            {
                options.RouteTemplate = "openapi/{documentName}.json";
                NameServer(options);
            })
            .UseSwaggerUI(options =>
            {
                options.SwaggerEndpoint("v1/swagger.json", "JobOrchestrator");
                options.DocumentTitle = "JobOrchestrator";
                options.DefaultModelsExpandDepth(0);
            }));
        return app;
    }

    private static bool IsMeant(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/swagger", StringComparison.OrdinalIgnoreCase)
        || http.Request.Path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase);

    /// <summary>What the document says of an operation.</summary>
    public static void Describe(this IEndpointConventionBuilder endpoint, OperationDoc doc) => endpoint.WithMetadata(doc);

    /// <summary>The product's version, without the commit that a build may add.</summary>
    private static string ProductVersion =>
        typeof(OpenApiFeature).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The server is the one that was asked, as its caller names it: generated clients start from there.</summary>
    private static void NameServer(SwaggerOptions options) => options.PreSerializeFilters.Add(
        static (document, request) => document.Servers = [new OpenApiServer { Url = Locations.Origin(request) }]);
}
