using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Simulation;

/// <summary>Scopes in which one thing is made.</summary>
/// <param name="make">Makes it.</param>
internal sealed class ScopesOf<T>(Func<T> make) : IServiceScopeFactory, IServiceScope, IServiceProvider
    where T : class
{
    public IServiceProvider ServiceProvider => this;

    public IServiceScope CreateScope() => this;

    public object? GetService(Type serviceType) => serviceType == typeof(T) ? make() : null;

    public void Dispose()
    {
    }
}
