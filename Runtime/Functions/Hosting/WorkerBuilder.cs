using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>Collects what an app adds around its functions.</summary>
internal sealed class WorkerBuilder(IServiceCollection services) : IFunctionsWorkerApplicationBuilder
{
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    public IServiceCollection Services { get; } = services;

    /// <summary>Whether the app asked for ASP.NET Core's model of HTTP.</summary>
    public bool WebModel { get; private set; }

    /// <summary>Whether there is any middleware.</summary>
    public bool HasMiddleware => _middleware.Count > 0;

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _middleware.Add(middleware);
        return this;
    }

    /// <summary>Turns ASP.NET Core's model of HTTP on.</summary>
    public void UseWebModel()
    {
        if (!WebModel)
        {
            WebModel = true;
            Services.AddMvcCore();
        }
    }

    /// <summary>Puts the middleware around the end of the pipeline.</summary>
    public FunctionExecutionDelegate Build(FunctionExecutionDelegate end) =>
        Enumerable.Reverse(_middleware).Aggregate(end, static (next, middleware) => middleware(next));
}
