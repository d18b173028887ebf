import { Workspace } from '~/features/compare/workspace.tsx';

export default function NewChatPage() {
  return <Workspace />;
}
