using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Simulation;

/// <summary>Scopes without services, for handlers that need none. The usual container has the thread pool compile what it makes.</summary>
internal sealed class Scopes : IServiceScopeFactory, IServiceScope, IServiceProvider
{
    public IServiceProvider ServiceProvider => this;

    public IServiceScope CreateScope() => this;

    public object? GetService(Type serviceType) => null;

    public void Dispose()
    {
    }
}
