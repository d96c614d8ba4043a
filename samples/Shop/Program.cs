using JobOrchestrator.Sdk;
using Shop;

// snippet:shop-program
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddJobClient(options => options.Owner = "shop");                           // starts jobs
builder.Services.AddJobWorker(worker => worker.Add<GreetProcessor>().Queue("greetings"));   // works them, here or in another service
builder.Services.AddJobEvents("shop", events => events.Add<GreetingEvents>());              // hears what became of them
builder.Services.AddSingleton<Heard>();

WebApplication app = builder.Build();
app.MapSubscribeHandler();
app.MapJobEvents();
app.MapGet("/greet/{name}", async (string name, IJobClient jobs) => (await jobs.RunAsync(new Greet(name))).Text);
app.MapGet("/heard", (Heard heard) => heard.Lines);
app.Run();
// end-snippet
