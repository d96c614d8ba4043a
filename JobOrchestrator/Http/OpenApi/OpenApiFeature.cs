using Microsoft.OpenApi;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>The API's document and its page at <c>/swagger</c>.</summary>
internal static class OpenApiFeature
{
    public static IServiceCollection AddOpenApiPage(this IServiceCollection services) =>
        services.AddEndpointsApiExplorer().AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "JobOrchestrator",
                Version = "v1",
                Description = "Long-running jobs behind HTTP. Every error is a problem document whose type leads to a page that explains "
                    + "it: [/problems](/problems).",
            });
            options.DocumentFilter<OperationsFilter>();
        });

    public static WebApplication UseOpenApiPage(this WebApplication app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(options =>
        {
            options.SwaggerEndpoint("v1/swagger.json", "JobOrchestrator");
            options.DocumentTitle = "JobOrchestrator";
            options.DefaultModelsExpandDepth(0);
        });
        return app;
    }

    /// <summary>What the document says of an operation.</summary>
    public static void Describe(this IEndpointConventionBuilder endpoint, OperationDoc doc) => endpoint.WithMetadata(doc);
}
