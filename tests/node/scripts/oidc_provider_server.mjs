// A peer to measure against: npm oidc-provider with its in-memory store and quick-start settings.
// usage: node oidc_provider_server.mjs PORT
import { Provider } from 'oidc-provider';

const port = Number(process.argv[2]);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: 'bench', client_secret: 'bench-secret-bench-secret-bench-secret',
    redirect_uris: ['http://localhost:9/callback'], grant_types: ['authorization_code', 'refresh_token'],
  }],
});
provider.listen(port, '127.0.0.1');
